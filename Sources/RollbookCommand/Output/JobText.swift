import Rollbook
import RollbookModel
import RollbookStore

/// Jobs and their runs as the program prints them.
enum JobText {
    /// The jobs in columns.
    static func table(_ list: [JobStatus]) -> String {
        let rows = list.map { status in
            [
                status.job.rawValue, status.settings.schedule?.description ?? "by hand", status.zone.identifier,
                status.nextDueAt?.description ?? "–", state(of: status),
                status.lastRun?.startedAt.description ?? "never",
                status.lastRun?.outcome.rawValue ?? "–",
            ]
        }
        let columns = ["job", "schedule", "zone", "next due", "state", "last run", "ended"].map { TextTable.Column($0) }
        return TextTable(columns, rows: rows).text(width: Terminal.width)
    }

    /// The runs in columns.
    static func table(_ runs: [JobRun]) -> String {
        if runs.isEmpty { return "no run yet" }
        let rows = runs.map { run in
            [
                run.job, run.startedAt.description, run.cause.rawValue, run.outcome.rawValue, String(run.tryCount),
                seconds(run), run.rowCount.map(Decimals.grouped) ?? "–", run.errorMessage ?? "",
            ]
        }
        let columns: [TextTable.Column] = [
            .init("job"), .init("began"), .init("cause"), .init("outcome"), .init("tries", isNumeric: true),
            .init("seconds", isNumeric: true), .init("count", isNumeric: true), .init("what went wrong"),
        ]
        return TextTable(columns, rows: rows).text(width: Terminal.width)
    }

    static func json(_ list: [JobStatus]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for status in list {
                writer.object { writer in
                    writer.member("name", .text(status.job.rawValue))
                    writer.member("schedule", text(status.settings.schedule?.description))
                    writer.member("time_zone", .text(status.zone.identifier))
                    writer.member("next_due_at", instant(status.nextDueAt))
                    writer.member("missed_due_at", instant(status.missedDueAt))
                    writer.member("state", .text(state(of: status)))
                    writer.member("running_in", text(status.runningHolder))
                    writer.key("last_run")
                    if let run = status.lastRun { write(run, &writer) } else { writer.value(.null) }
                }
            }
        }
        return writer.text
    }

    static func json(_ runs: [JobRun]) -> String {
        var writer = JSONWriter()
        writer.array { writer in for run in runs { write(run, &writer) } }
        return writer.text
    }

    private static func write(_ run: JobRun, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("run_id", .text(run.id))
            writer.member("job", .text(run.job))
            writer.member("cause", .text(run.cause.rawValue))
            writer.member("due_at", instant(run.dueAt))
            writer.member("started_at", .instant(run.startedAt))
            writer.member("ended_at", instant(run.endedAt))
            writer.member("outcome", .text(run.outcome.rawValue))
            writer.member("tries", .integer(Int64(run.tryCount)))
            writer.member("row_count", run.rowCount.map(Value.integer) ?? .null)
            writer.member("error_code", text(run.errorCode))
            writer.member("error_message", text(run.errorMessage))
            writer.member("process", .text(run.holder))
        }
    }

    private static func state(of status: JobStatus) -> String {
        if status.runningHolder != nil { return "running" }
        if status.missedDueAt != nil { return "late" }
        return status.settings.schedule == nil ? "off" : "waiting"
    }

    private static func seconds(_ run: JobRun) -> String {
        run.endedAt.map {
            Decimals.short(Double($0.microsecondsSinceEpoch - run.startedAt.microsecondsSinceEpoch) / 1_000_000)
        } ?? "–"
    }

    private static func text(_ text: String?) -> Value { text.map(Value.text) ?? .null }
    private static func instant(_ instant: Instant?) -> Value { instant.map(Value.instant) ?? .null }
}
