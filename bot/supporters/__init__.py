"""Who subscribed: their settings, what they follow, audiences, export and erasure."""
