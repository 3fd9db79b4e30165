"""The words that programs, offerings and applicants are described in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """Credential levels, in the words of Answers."""

    CERTIFICATE = "certificate", _("undergraduate certificate")
    ASSOCIATE = "associate", _("associate degree")
    BACHELOR = "bachelor", _("bachelor’s degree")
    POSTBACCALAUREATE = "postbaccalaureate", _("post-baccalaureate certificate")
    MASTER = "master", _("master’s degree")
    GRADUATE_CERTIFICATE = "graduate_certificate", _("graduate certificate")
    DOCTORATE = "doctorate", _("doctorate")


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class Delivery(models.TextChoices):
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("hybrid")
    CAMPUS = "campus", _("on campus")
    UNKNOWN = "", _("not published")


class StateRule(models.TextChoices):
    """Residents of which US states an offering may enrol."""

    UNKNOWN = "", _("not published")
    ALL = "all", _("all states")
    ONLY = "only", _("only the states listed")
    EXCEPT = "except", _("all but the states listed")


class PriceBasis(models.TextChoices):
    UNKNOWN = "", _("not published")
    CREDIT = "credit", _("per credit")
    TERM = "term", _("per term")
    TOTAL = "total", _("for the whole program")


class Education(models.TextChoices):
    """What somebody has finished, in the words of Answers."""

    HIGH_SCHOOL = "high_school", _("high school")
    SOME_COLLEGE = "some_college", _("some college")
    ASSOCIATE = "associate", _("associate degree")
    BACHELOR = "bachelor", _("bachelor’s degree")
    MASTER = "master", _("master’s degree")
    DOCTORATE = "doctorate", _("doctorate")


class Military(models.TextChoices):
    """Military service, in the words of Answers."""

    NONE = "none", _("none")
    ACTIVE_DUTY = "active_duty", _("active duty")
    VETERAN = "veteran", _("veteran")
    SPOUSE = "spouse", _("spouse of military or veteran")
    ELIGIBLE = "eligible", _("otherwise eligible for military benefits")
