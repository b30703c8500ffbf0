"""What others wrote, handled safely: opened through no link, read in a process with limits, shown as text alone."""
