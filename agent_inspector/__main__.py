"""`python -m agent_inspector` is the command `agent-inspector`."""

from agent_inspector.cli import main

if __name__ == "__main__":
    main()
