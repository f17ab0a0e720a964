"""The shell: channels, console, wiring, command line."""
