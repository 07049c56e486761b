"""`python -m agent_inspector.cli` is the command `agent-inspector`, too."""

from agent_inspector.cli import main

if __name__ == "__main__":
    main()
