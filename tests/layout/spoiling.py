"""A good small drawing, and the hands to spoil it: each method changes one thing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree

from tests.layout.codes import Finding
from tests.layout.drawing import NAMESPACES
from tests.layout.measure import measure, parse

SAMPLE = Path(__file__).with_name("sample.bpmn")


class Sheet:
    """The sample drawing, in memory."""

    def __init__(self) -> None:
        self.root = parse(SAMPLE)

    def findings(self) -> list[Finding]:
        return measure(self.root)

    def element(self, element_id: str) -> Any:
        return self.root.xpath(f"//*[@id='{element_id}']")[0]

    def drawn(self, element_id: str) -> Any:
        return self.root.xpath(f"//*[@bpmnElement='{element_id}']")[0]

    def findings_in_words(self) -> set[str]:
        """Each finding as its code and the ids it names: "shapes_overlap a b"."""
        return {" ".join((finding.code, *finding.elements)) for finding in self.findings()}

    def rename(self, element_id: str, name: str) -> None:
        self.element(element_id).set("name", name)

    def unname(self, element_id: str) -> None:
        del self.element(element_id).attrib["name"]

    def rewrite(self, note_id: str, text: str) -> None:
        self.element(note_id).find("bpmn:text", NAMESPACES).text = text

    def move(self, element_id: str, right: float = 0, down: float = 0) -> None:
        """Moves the shape; its label and its flows stay."""
        _shift(self.drawn(element_id).find("dc:Bounds", NAMESPACES), right, down)

    def change_lane(self, element_id: str, lane_id: str | None) -> None:
        """Counts the node to another lane, or to none; the shape stays."""
        for reference in self.root.findall(".//bpmn:flowNodeRef", NAMESPACES):
            if reference.text == element_id:
                reference.getparent().remove(reference)
        if lane_id:
            self._refer(lane_id, element_id)

    def resize(self, element_id: str, width: float, height: float) -> None:
        bounds = self.drawn(element_id).find("dc:Bounds", NAMESPACES)
        bounds.set("width", str(width))
        bounds.set("height", str(height))

    def move_label(self, element_id: str, right: float = 0, down: float = 0) -> None:
        _shift(self.drawn(element_id).find("bpmndi:BPMNLabel/dc:Bounds", NAMESPACES), right, down)

    def drop_label(self, element_id: str) -> None:
        label = self.drawn(element_id).find("bpmndi:BPMNLabel", NAMESPACES)
        label.getparent().remove(label)

    def reroute(self, flow_id: str, *points: tuple[float, float]) -> None:
        edge = self.drawn(flow_id)
        for point in edge.findall("di:waypoint", NAMESPACES):
            edge.remove(point)
        for place, (x, y) in enumerate(points):
            edge.insert(place, etree.Element(f"{{{NAMESPACES['di']}}}waypoint", x=str(x), y=str(y)))

    def erase(self, element_id: str) -> None:
        """Takes it off the drawing; the process keeps it."""
        shape = self.drawn(element_id)
        shape.getparent().remove(shape)

    def add_tasks(self, count: int) -> None:
        """Small tasks in rows in the free room of the lowest lane."""
        bpmn, di = (f"{{{NAMESPACES[prefix]}}}" for prefix in ("bpmn", "bpmndi"))
        process, plane = self.element("sample"), self.root.find(".//bpmndi:BPMNPlane", NAMESPACES)
        for number in range(count):
            process.append(etree.Element(f"{bpmn}userTask", id=f"extra_{number}", name="抄"))
            self._refer("lane_lead", f"extra_{number}")
            shape = etree.SubElement(plane, f"{di}BPMNShape", bpmnElement=f"extra_{number}")
            across, down = number % 8, number // 8
            place = {"x": 640 + across * 60, "y": 460 + down * 56, "width": 40, "height": 40}
            etree.SubElement(shape, f"{{{NAMESPACES['dc']}}}Bounds", {key: str(value) for key, value in place.items()})

    def _refer(self, lane_id: str, element_id: str) -> None:
        reference = etree.SubElement(self.element(lane_id), f"{{{NAMESPACES['bpmn']}}}flowNodeRef")
        reference.text = element_id


def _shift(bounds: Any, right: float, down: float) -> None:
    bounds.set("x", str(float(bounds.get("x")) + right))
    bounds.set("y", str(float(bounds.get("y")) + down))
