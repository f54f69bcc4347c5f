import Rollbook
import RollbookModel
import RollbookStore

/// Jobs, runs and figures as the API shows them.
enum JobJSON {
    static func describe(_ status: JobStatus) -> JSONValue {
        [
            "name": .text(status.job.rawValue), "meaning": .text(status.job.meaning), "state": .text(state(of: status)),
            "schedule": .text(status.settings.schedule?.description), "time_zone": .text(status.zone.identifier),
            "next_due_at": .instant(status.nextDueAt), "missed_due_at": .instant(status.missedDueAt),
            "tries": .integer(status.settings.tries),
            "time_limit_seconds": .integer(status.settings.timeLimit.components.seconds),
            "running_in": .text(status.runningHolder), "last_run": status.lastRun.map(describe) ?? .null,
        ]
    }

    /// `running`, `late`, `waiting` for its next due time, or `off` where it runs by hand only.
    static func state(of status: JobStatus) -> String {
        if status.runningHolder != nil { return "running" }
        if status.missedDueAt != nil { return "late" }
        return status.settings.schedule == nil ? "off" : "waiting"
    }

    static func describe(_ run: JobRun) -> JSONValue {
        [
            "run_id": .text(run.id), "job": .text(run.job), "cause": .text(run.cause.rawValue),
            "due_at": .instant(run.dueAt), "started_at": .instant(run.startedAt), "ended_at": .instant(run.endedAt),
            "outcome": .text(run.outcome.rawValue), "tries": .integer(run.tryCount),
            "row_count": .integer(run.rowCount), "error_code": .text(run.errorCode),
            "error_message": .text(run.errorMessage), "process": .text(run.holder),
        ]
    }

    static func describe(_ attempt: JobTry) -> JSONValue {
        [
            "number": .integer(attempt.number), "started_at": .instant(attempt.startedAt),
            "ended_at": .instant(attempt.endedAt), "outcome": .text(attempt.outcome.rawValue),
            "row_count": .integer(attempt.rowCount), "error_code": .text(attempt.errorCode),
            "error_message": .text(attempt.errorMessage),
        ]
    }

    static func describe(_ taking: StatisticsHistory.Taking) -> JSONValue {
        [
            "taken_at": .instant(taking.takenAt),
            "measurements": .array(
                taking.measurements.map {
                    [
                        "kind": .text($0.kind), "name": .text($0.name), "measure": .text($0.measure),
                        "value": .integer($0.value),
                    ]
                }),
        ]
    }
}
