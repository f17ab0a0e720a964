"""A whole programme lived through: travellers, helpers, moved and late dates, danger signs, staff on call."""
