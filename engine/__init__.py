"""The BPM engine: definitions, execution, time, history. It knows no Flask, no forms, no maintenance."""
