"""What runs inside the box. It imports nothing else of this package, and nothing else of this package enters the box."""
