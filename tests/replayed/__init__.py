"""Tests on the whole history of the call, lived once."""
