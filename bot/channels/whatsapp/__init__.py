"""WhatsApp: our own thin client and reader of the Cloud API; no library keeps every update of a batch."""
