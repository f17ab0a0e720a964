"""What the console reads: SELECT only, opened for one clinic at a time."""
