"""Fine-tuning as a generator of events; knows examples, labels and networks, but not what a picture is."""
