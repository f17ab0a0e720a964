"""The crash harness: real processes of the product, killed wherever they write or speak."""
