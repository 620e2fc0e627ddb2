"""The stories of all processes of a release, played on what was submitted."""

from __future__ import annotations

from engine.authorization import Actor
from engine.engine import Engine
from engine.errors import SignalboxError
from maintenance.commands.record_outcomes import record_outcomes
from maintenance.queries.story_list import story_list
from maintenance.queries.trial_subject import release_subjects
from maintenance.trial.outcomes import Outcome, play_stories
from maintenance.trial.trials import Trials


def play_release(engine: Engine, trials: Trials, actor: Actor, release_id: int) -> tuple[Outcome, ...]:
    """Play them, and write down what became of them. To be called with no transaction open.

    What cannot be tried at all, or not now, fails with its reason: nobody must take it for played.
    Raises Forbidden, NotFound.
    """
    with engine.read() as connection:
        subjects = release_subjects(connection, actor, release_id)
        told = [(subject, story_list(connection, subject.organisation_id, subject.key)) for subject in subjects]
    played: list[tuple[str, Outcome]] = []
    for subject, stories in told:
        try:
            outcomes = play_stories(trials, subject, stories)
        except SignalboxError as error:
            why = (error.code, error.message("zh"), error.message("en"))
            outcomes = tuple(Outcome(story.id, story.name, False, None, *why) for story in stories)
        played += [(subject.key, one) for one in outcomes]
    if played:
        engine.run(record_outcomes, actor, release_id, played)
    return tuple(one for _, one in played)
