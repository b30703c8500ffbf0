"""Take in what a class handed in elsewhere: layouts of learning platforms, whose it is, when it came, where it goes."""
