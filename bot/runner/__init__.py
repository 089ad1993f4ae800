"""Who wakes the work that nobody asks for, and who sends: this process, or whichever of many has its turn."""
