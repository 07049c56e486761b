"""Tests of the examples and of the scripted model that answers them."""
