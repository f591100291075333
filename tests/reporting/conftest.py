"""A small call whose history is known to the cent."""

import pytest

from portal.models import User
from tests.reporting.story import Story, rome


@pytest.fixture
def story(carla: User) -> Story:
    """An empty call: terms, two lines with money, no application."""
    return Story(carla)


@pytest.fixture
def lived(story: Story) -> Story:
    """Six applications: two live (one COVID), one renounced, one lapsed, one rejected, one waiting."""
    first, second, third, fourth, fifth, sixth = [
        story.submit(rome(f"2020-04-02 12:0{minute}"), **facts)
        for minute, facts in enumerate(
            [
                {"size": "micro", "province": "MI", "division": "62"},
                {"size": "small", "province": "BG", "division": "46", "path": "COVID"},
                {"size": "micro", "province": "MI", "division": "62"},
                {"size": "large", "province": "VA", "division": "25"},
                {"size": "micro", "province": "SO", "division": "88"},
                {"size": "medium", "province": "MN", "division": "70"},
            ]
        )
    ]
    decided = rome("2020-05-04 10:00")
    awards = [
        story.admit(first, decided, A="5000.00", B="2500.00"),
        story.admit(second, decided, A="7000.00"),
        story.admit(third, decided, A="5000.00", B="2500.00"),
        story.admit(fourth, decided, A="15000.00", B="7500.00"),
    ]
    story.grant(awards, rome("2020-06-01 12:00"))
    story.reject(fifth, rome("2020-07-30 10:00"), "DURC")
    story.admit(sixth, rome("2020-05-20 10:00"), A="15000.00")
    story.accept(awards[0], rome("2020-06-10 09:00"))
    story.accept(awards[1], rome("2020-06-11 09:00"))
    story.renounce(awards[2], rome("2020-06-20 09:00"))
    story.lapse(awards[3], rome("2020-07-02 00:00"))
    return story
