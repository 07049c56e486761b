"""A language model made of a script: it speaks the OpenAI protocol on the loopback interface and costs nothing."""
