"""The first day past the term kept with each application; the queue and the search by index."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

FIRST_LATE_DAY = """
CREATE OR REPLACE FUNCTION applications_first_late_day(application bigint, submitted timestamptz, terms bigint)
RETURNS date LANGUAGE plpgsql STABLE AS $$
DECLARE
    -- The same count as applications/domain/decision_term.py: a day is suspended when the clock stood still at its
    -- beginning, in Europe/Rome. Null while the clock stands still in time, and without a term for the decision.
    deadlines jsonb;
    begun date := (submitted AT TIME ZONE 'Europe/Rome')::date;
    stopped integer;
    standing date;
    last date;
BEGIN
    SELECT payload -> 'deadlines' INTO deadlines FROM applications_callterms WHERE id = terms;
    IF (deadlines #>> '{decision,value}') IS NULL THEN
        RETURN NULL;
    END IF;
    WITH stops (began, ended) AS (
        SELECT (asked_at AT TIME ZONE 'Europe/Rome')::date,
               (COALESCE(answered_at, expired_at) AT TIME ZONE 'Europe/Rome')::date
        FROM applications_integrationrequest
        WHERE application_id = application AND COALESCE(
            deadlines #>> '{integration,suspends_decision,value}', deadlines #>> '{integration,suspends_decision}'
        )::boolean
        UNION ALL
        SELECT (sent_at AT TIME ZONE 'Europe/Rome')::date, (closed_at AT TIME ZONE 'Europe/Rome')::date
        FROM applications_rejectionnotice
        WHERE application_id = application AND COALESCE(
            deadlines #>> '{rejection_notice,suspends_decision,value}',
            deadlines #>> '{rejection_notice,suspends_decision}'
        )::boolean
    ),
    open_one AS (SELECT min(began) AS began FROM stops WHERE ended IS NULL)
    SELECT (SELECT began FROM open_one),
           (SELECT count(DISTINCT day)
            FROM stops, generate_series(began + 1, ended, interval '1 day') AS day
            WHERE ended IS NOT NULL AND day > begun
              AND day <= COALESCE((SELECT began FROM open_one), 'infinity'::date))
    INTO standing, stopped;
    last := begun + (deadlines #>> '{decision,value}')::integer + stopped;
    IF standing <= last THEN
        RETURN NULL;
    END IF;
    RETURN last + 1;
END
$$;
"""


class Migration(migrations.Migration):
    """The term as a column, the indexes of the queue and of its search."""

    dependencies = [
        ("applications", "0017_assignment"),
        ("portal", "0003_mail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.RunSQL(FIRST_LATE_DAY, "DROP FUNCTION applications_first_late_day(bigint, timestamptz, bigint)"),
        migrations.AddField(
            model_name="application",
            name="late_from",
            field=models.DateField(
                editable=False,
                help_text="primo giorno oltre il termine; nessuno se decisa, ritirata o con il termine sospeso",
                null=True,
                verbose_name="oltre il termine dal",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "INTEGRATION",
                            "IN_REVIEW",
                            "PROPOSED_ADMISSION",
                            "PROPOSED_REJECTION",
                            "REJECTION_NOTICE",
                            "SUBMITTED",
                        ],
                    )
                ),
                fields=["protocol_year", "protocol_number"],
                name="open_applications",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "INTEGRATION",
                            "IN_REVIEW",
                            "PROPOSED_ADMISSION",
                            "PROPOSED_REJECTION",
                            "REJECTION_NOTICE",
                            "SUBMITTED",
                        ],
                    )
                ),
                fields=["officer", "protocol_year", "protocol_number"],
                include=("status", "province"),
                name="open_by_officer",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("status", "DRAFT"), _negated=True),
                fields=["province", "protocol_year", "protocol_number"],
                include=("status",),
                name="applications_by_province",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "INTEGRATION",
                            "IN_REVIEW",
                            "PROPOSED_ADMISSION",
                            "PROPOSED_REJECTION",
                            "REJECTION_NOTICE",
                            "SUBMITTED",
                        ],
                    )
                ),
                fields=["late_from"],
                name="late_applications",
            ),
        ),
        migrations.AddIndex(
            model_name="firm",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                ),
                name="firm_name_pieces",
            ),
        ),
        migrations.AddIndex(
            model_name="firm",
            index=models.Index(fields=["vat_number"], name="firm_vat_number"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="application",
            trigger=pgtrigger.compiler.Trigger(
                name="application_term_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF NEW.submitted_at IS NULL OR NEW.decided_at IS NOT NULL OR NEW.status = 'WITHDRAWN' THEN\n    NEW.late_from = NULL;\nELSE\n    NEW.late_from = applications_first_late_day(NEW.id, NEW.submitted_at, NEW.terms_id);\nEND IF;\nRETURN NEW;\n",
                    hash="f49b09e62e013448807a8206dc148a2d6124b7f6",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_application_term_is_kept_8dabf",
                    table="applications_application",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="integrationrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="integration_moves_the_term",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            UPDATE applications_application SET late_from = NULL\n            WHERE id = COALESCE(NEW.application_id, OLD.application_id);\n            RETURN NULL;\n        ",
                    hash="1197751ed98a2dd35238740175e48cb575f1328e",
                    operation='INSERT OR UPDATE OF "asked_at", "answered_at", "expired_at" OR DELETE',
                    pgid="pgtrigger_integration_moves_the_term_709fa",
                    table="applications_integrationrequest",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rejectionnotice",
            trigger=pgtrigger.compiler.Trigger(
                name="notice_moves_the_term",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            UPDATE applications_application SET late_from = NULL\n            WHERE id = COALESCE(NEW.application_id, OLD.application_id);\n            RETURN NULL;\n        ",
                    hash="b0cd13421168cbf1f7800cf14f01402c8ee561dd",
                    operation='INSERT OR UPDATE OF "sent_at", "closed_at" OR DELETE',
                    pgid="pgtrigger_notice_moves_the_term_98d6d",
                    table="applications_rejectionnotice",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(
            "UPDATE applications_application SET late_from = NULL WHERE status <> 'DRAFT'", migrations.RunSQL.noop
        ),
    ]
