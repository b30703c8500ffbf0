"""Check-ins (打卡): weeks, rules, the board, certificates. Pure functions; the clock is an argument."""
