"""What is asked of an answer, and how it is judged. Nothing here runs student code or imports Paddle."""
