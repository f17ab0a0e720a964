"""Pure: values and functions without I/O, async or clock."""
