"""What anybody may ask the running bot for over HTTP."""
