"""Reads Vestibule's metrics as Prometheus' own Python client does, and looks at the labels.

    python metrics.py http://127.0.0.1:9464/metrics NAME

Fails if the text is no OpenMetrics, a label is not one of ours, or NAME stands anywhere.
"""

import sys
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families

LABELS = {"method", "route", "status", "le", "outcome", "limit", "by", "job", "state", "version"}
WANTED = {
    "vestibule_build",
    "vestibule_http_request_duration_seconds",
    "vestibule_sign_ins",
    "vestibule_job_last_success_timestamp_seconds",
    "vestibule_feed_age_seconds",
    "vestibule_database_connections",
    "vestibule_database_waiting",
    "vestibule_log_lost_lines",
}


def main(url: str, name: str) -> None:
    with urllib.request.urlopen(url, timeout=10) as answer:
        media_type = answer.headers["Content-Type"]
        text = answer.read().decode()
    assert media_type == "application/openmetrics-text; version=1.0.0; charset=utf-8", media_type
    families = list(text_string_to_metric_families(text))
    missing = WANTED - {family.name for family in families}
    assert not missing, f"missing: {missing}"
    samples = [sample for family in families for sample in family.samples]
    others = {label for sample in samples for label in sample.labels} - LABELS
    assert not others, f"labels that are not ours: {others}"
    named = [sample for sample in samples if name in sample.labels.values()]
    assert not named, f"labels that name somebody: {named}"
    print(f"{len(families)} families, {len(samples)} samples")


if __name__ == "__main__":
    main(*sys.argv[1:])
