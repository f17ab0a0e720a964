"""What a patient is given of their own data: to read, and for other programs."""
