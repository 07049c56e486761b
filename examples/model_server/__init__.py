"""A language model made of a script: it speaks the protocols of OpenAI and Anthropic on the loopback interface and costs nothing."""
