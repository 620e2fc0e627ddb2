"""All stories of a process, played on one version of it: which hold, and where the others do not."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import SignalboxError, Words
from maintenance.queries.story_list import StoryItem
from maintenance.queries.trial_subject import TrialSubject
from maintenance.trial.trials import Trials

MAX_SECONDS = 30.0  # of this thread's processor time, for all of them
_NOT_PLAYED = Words("未播放：用例太多，时间已用完", "not played: the time for all stories is used up")


@dataclass(frozen=True)
class Outcome:
    """What became of one story."""

    story_id: int
    name: str
    holds: bool
    step: int | None = None  # that does not hold; 0: the start; None: it holds, or was not played at all
    code: str = ""
    zh: str = ""
    en: str = ""


def play_stories(trials: Trials, subject: TrialSubject, stories: Sequence[StoryItem]) -> tuple[Outcome, ...]:
    """Writes nothing; no transaction should be open meanwhile. Raises DefinitionRefused, TrialBusy."""
    until = time.thread_time() + MAX_SECONDS
    return tuple(_outcome(trials, subject, story, until) for story in stories)


def _outcome(trials: Trials, subject: TrialSubject, story: StoryItem, until: float) -> Outcome:
    if time.thread_time() > until:
        return Outcome(story.id, story.name, False, None, "not_played", _NOT_PLAYED.zh, _NOT_PLAYED.en)
    with trials.play(subject.organisation_id, subject.content, story.script(), subject.beside) as scene:
        failed = scene.stopped
    if failed is None:
        return Outcome(story.id, story.name, True)
    cause = failed.__cause__
    code = cause.code if isinstance(cause, SignalboxError) else failed.code
    return Outcome(story.id, story.name, False, failed.step, code, failed.what.zh, failed.what.en)
