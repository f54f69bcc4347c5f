"""What district.py is made of."""
