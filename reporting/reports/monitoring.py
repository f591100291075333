"""The monitoring report of a call: everything the Region shows, and what its slides could not."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reporting.reports.blocks import Report, Section
from reporting.reports.sections import beneficiaries, money, overview, programme, readiness, timing
from reporting.reports.texts import CallTexts
from reporting.rules.figures import Figures
from reporting.rules.payload import payload_of
from reporting.rules.periods import in_words


@dataclass(frozen=True, slots=True)
class MonitoringReport:
    """How the call is going, at an instant."""

    figures: Figures
    texts: CallTexts
    key: ClassVar[str] = "monitoring"
    name: ClassVar[object] = gettext_lazy("Rapporto di monitoraggio")

    def build(self) -> Report:
        """The report with its chapters, ready for the page or for the paper."""
        as_of = in_words(self.figures.as_of)
        digest = str(payload_of(self.figures)["figures_sha256"])
        return Report(
            key=self.key,
            title=str(self.name),
            subtitle=_("Dati al %(as_of)s") % {"as_of": as_of},
            call=self.texts.title,
            programme=self.texts.programme,
            as_of=as_of,
            sections=tuple(section for section in self._sections(as_of, digest) if section.blocks),
            figures_sha256=digest,
        )

    def _sections(self, as_of: str, digest: str) -> list[Section]:
        figures, texts = self.figures, self.texts
        sections = [
            overview.summary(figures),
            overview.the_call(figures, texts),
            overview.applications(figures, texts),
            beneficiaries.sizes(figures),
            beneficiaries.provinces(figures),
            beneficiaries.activities(figures),
            beneficiaries.exits(figures, texts),
            readiness.readiness(figures),
            timing.times(figures),
            money.resources(figures),
            timing.decrees(figures),
            programme.lessons(texts),
        ]
        if texts.panorama:
            sections.append(programme.panorama(texts.panorama))
        return [*sections, programme.method(as_of, digest)]
