"""What is measured rather than tested; every benchmark prints ratios, and says how it was made."""
