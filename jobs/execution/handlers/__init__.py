"""How each action is done, looked up where its answer was lost, and verified; one file an action."""
