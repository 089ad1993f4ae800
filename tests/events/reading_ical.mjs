// Reads calendar files with ical.js, as Thunderbird does, and prints what it understood of each, as JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [library, ...files] = process.argv.slice(2);
const ICAL = (await import(pathToFileURL(library))).default;

const time = (value) => value && { wall: value.toString(), unix: value.toUnixTime(), zone: value.zone.tzid };

function event(component) {
  const read = new ICAL.Event(component);
  const value = (name) => component.getFirstPropertyValue(name);
  return {
    uid: read.uid,
    sequence: read.sequence,
    summary: read.summary,
    location: read.location,
    description: read.description,
    status: value("status"),
    url: value("url"),
    organizer: read.organizer,
    starts: time(value("dtstart")),
    ends: time(value("dtend")),
    language: component.getFirstProperty("summary").getParameter("language"),
  };
}

function calendar(file) {
  const component = new ICAL.Component(ICAL.parse(readFileSync(file, "utf-8")));
  return {
    method: component.getFirstPropertyValue("method"),
    name: component.getFirstPropertyValue("name"),
    events: component.getAllSubcomponents("vevent").map(event),
  };
}

console.log(JSON.stringify(files.map(calendar)));
