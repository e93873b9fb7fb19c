"""What cases show of media: thumbnails that the site made, never a picture from elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join

from moderation.models import Case, EvidenceCopy
from moderation.reads import Judged
from socialsite.lib.ids import Kind, kind_of
from socialsite.lib.outbound import Failure
from socialsite.lib.pictures import Flaw

PAGE = "moderation_evidencecopy_thumbnail"
IN_LIST = 3
SMALL, LARGE = "height:48px;max-width:96px", "max-height:320px;max-width:320px"
NOTHING = "–"
STATES = {EvidenceCopy.State.WAITING: "being copied", EvidenceCopy.State.VIDEO: "video"}
REASONS: dict[str, str] = {
    Failure.ADDRESS: "its address is not public",
    Failure.UNREACHABLE: "its server does not answer",
    Failure.TIMEOUT: "its server is too slow",
    Failure.CERTIFICATE: "its server has no valid certificate",
    Failure.REDIRECTS: "too many redirects",
    Failure.STATUS: "its server refuses it",
    Failure.TYPE: "not a picture",
    Failure.SIZE: "too large a file",
    Flaw.NO_PICTURE: "not a picture",
    Flaw.PIXELS: "too many pixels",
    Flaw.BROKEN: "a broken picture",
}


@dataclass(frozen=True)
class Medium:
    """An address that a case is about, and the copy of it if there is one."""

    url: str
    copy: EvidenceCopy | None
    is_there: bool = True
    """Whether the thing still shows it"""

    @property
    def said(self) -> str:
        """What there is to say beside the thumbnail, or in its place."""
        if self.copy is None:
            return "not copied"
        if self.copy.state == EvidenceCopy.State.FAILED:
            return f"no copy: {REASONS.get(self.copy.reason, self.copy.reason)}"
        return STATES.get(EvidenceCopy.State(self.copy.state), "")

    @property
    def in_short(self) -> str:
        return self.said.partition(":")[0]

    def picture(self, style: str) -> str:
        """Return the thumbnail as HTML; nothing where there is none."""
        if self.copy is None or self.copy.state != EvidenceCopy.State.KEPT:
            return ""
        page = reverse(f"admin:{PAGE}", args=[self.copy.pk])
        shape = '<img src="{}" alt="reported picture" style="{};object-fit:contain" class="rounded-default">'
        return format_html(shape, page, style)


def media_of(case: Case, judged: Judged | None) -> Iterator[Medium]:
    """Yield what a thing shows now, then what it showed when it was reported and does not any more."""
    copies = {copy.url: copy for copy in vars(case).get("evidence_copies", ())}
    for url in judged.evidence.media if judged else ():
        yield Medium(url, copies.pop(url, None))
    for url, copy in copies.items():
        yield Medium(url, copy, is_there=False)


def media_strip(case: Case, judged: Judged | None) -> str:
    """Return the first thumbnails of a case, small, side by side where there is room."""
    media = list(media_of(case, judged))
    cells = [(medium.picture(SMALL) or medium.in_short,) for medium in media[:IN_LIST]]
    if len(media) > IN_LIST:
        cells.append((f"and {len(media) - IN_LIST} more",))
    shape = '<div class="flex flex-wrap items-center gap-2" style="min-width:112px">{}</div>'
    return format_html(shape, format_html_join("", "<span>{}</span>", cells)) if cells else NOTHING


def media_list(case: Case, judged: Judged | None) -> str:
    """Return all thumbnails of a case, each with a link to the original."""
    shape = '<div style="max-width:320px;overflow-wrap:anywhere">{}<div>{}{}</div></div>'
    rows = (
        (medium.picture(LARGE), _outward(medium.url), _told(medium))
        for medium in media_of(case, judged)
    )
    cells = format_html_join("", shape, rows)
    return format_html('<div class="flex flex-wrap gap-4">{}</div>', cells) if cells else NOTHING


def _told(medium: Medium) -> str:
    """Return in brackets what there is to say of a medium."""
    parts = [medium.said, "" if medium.is_there else "not shown by it any more"]
    text = ", ".join(filter(None, parts))
    return f" ({text})" if text else ""


def _outward(url: str) -> str:
    if not url.startswith("https://"):
        return url
    shape = '<a class="text-link hover:underline" href="{}" rel="noreferrer noopener" target="_blank">{}</a>'
    return format_html(shape, url, url)


class CopyPages(ModelAdmin[Any]):
    """Mixin: serves the thumbnails, to those who may see the list."""

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.thumbnail, cacheable=True)
        return [path("copies/<int:object_id>/", page, name=PAGE), *super().get_urls()]

    def thumbnail(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Answer a thumbnail; its bytes never change."""
        reader: Any = request.user
        if not self.has_view_permission(request) or kind_of(object_id) != Kind.EVIDENCE_COPY:
            raise Http404
        rows = EvidenceCopy.objects.visible_to(reader).filter(state=EvidenceCopy.State.KEPT)
        body = rows.filter(pk=object_id).values_list("thumbnail", flat=True).first()
        if body is None:
            raise Http404
        headers = {"Cache-Control": "private, max-age=3600"}
        return HttpResponse(bytes(body), content_type="image/webp", headers=headers)
