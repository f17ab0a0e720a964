"""`yorisoi doctor`: what is amiss in an installation, and the mend of each."""
