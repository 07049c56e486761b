"""Conformance: recorded traffic of agents is taken in as an exporter sends it, and its reading compared with what it means."""

from agent_inspector.conformance.corpus import Corpus, Recording, load_corpus
from agent_inspector.conformance.playing import play
from agent_inspector.conformance.scores import Miss, Report, Score

__all__ = ["Corpus", "Miss", "Recording", "Report", "Score", "load_corpus", "play"]
