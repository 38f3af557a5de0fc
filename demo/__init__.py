"""The main job in one command: the embedded CRM, the simulator, and the real sync between them."""
