import HTTPTypes
import Hummingbird
import Rollbook
import RollbookStore

extension PageFrame {
    /// A page about how the warehouse runs, which has no reports and so no provenance of answers.
    func plain(_ title: String, lead: String, part: String, content: HTML) -> HTML {
        let main = HTML.joined([
            Tag.div(.class("heading")) {
                Tag.h1 { title }
                Tag.p(.class("lead")) { lead }
            },
            content,
        ])
        return document(title, main: main, footer: .empty, navigation: navigation(part: part, request: nil))
    }
}

extension Dashboard {
    /// Adds `/jobs`, and what its buttons do.
    func addJobRoutes(_ jobs: WarehouseJobs, to router: Router<BasicRequestContext>) {
        let pages = PageResponder(frame: frame, board: board, logger: logger)
        router.read("/jobs") { request, _ in
            await pages.respond(back: PageLink("/")) {
                try (request.queryArguments()).refuseAll(but: [])
                return try await jobsPage(jobs)
            }
        }
        router.act("/jobs/:name/run") { _, context in
            do {
                _ = try await jobs.begin(Job(named: context.parameters.get("name") ?? ""))
                return Response(status: .seeOther, headers: [.location: "/jobs"])
            } catch let error as RollbookError {
                return pages.problem(error, back: PageLink("/jobs"))
            }
        }
    }

    private func jobsPage(_ jobs: WarehouseJobs) async throws -> HTML {
        async let list = jobs.list()
        async let runs = jobs.runs(limit: 25)
        async let takings = jobs.statistics(limit: 2)
        let format = CellFormat(zone: jobs.configuration.zone)
        let content = HTML.joined([
            JobList(statuses: try await list, format: format).html, RunList(runs: try await runs, format: format).html,
            StatisticsSections(takings: try await takings, format: format).html,
        ])
        return frame.plain(
            "Jobs",
            lead: "What the warehouse does by itself, and what that brought. Times are those of \(format.zone).",
            part: "jobs", content: content)
    }
}

/// The jobs, each with its last run and a button.
struct JobList: Sendable {
    let statuses: [JobStatus]
    let format: CellFormat

    var html: HTML {
        Tag.section(.id("jobs"), .aria("labelledby", "jobs-title")) {
            Tag.h2(.id("jobs-title")) { "Jobs" }
            for status in statuses where status.missedDueAt != nil { late(status) }
            DataTable(columns: columns, rows: statuses.indices.map { [.integer(Int64($0))] }).html(caption: "Jobs")
        }
    }

    private func late(_ status: JobStatus) -> HTML {
        Tag.div(.class("notice"), .role("status")) {
            Tag.p {
                "\(CellFormat.words(status.job.rawValue)) was due at "
                time(status.missedDueAt)
                " and has not begun."
            }
        }
    }

    private var columns: [DataTable.Column] {
        [
            column("Job", "what it is called") { status in .text(CellFormat.words(status.job.rawValue)) },
            column("Does", "what it does") { status in .text(status.job.meaning) },
            column("Schedule", "when it runs by itself, as cron writes it") { status in
                status.settings.schedule.map { .text($0.description) } ?? .text("by hand")
            },
            column("Next", "when it falls due next") { status in time(status.nextDueAt) },
            column("State", "whether it runs now") { status in .text(JobJSON.state(of: status)) },
            column("Last run", "when it was begun last") { status in time(status.lastRun?.startedAt) },
            column("Ended", "how that ended") { status in
                status.lastRun.map { .text($0.outcome.rawValue) } ?? CellFormat.nothing
            },
            column("", "runs it now") { status in button(status) },
        ]
    }

    private func button(_ status: JobStatus) -> HTML {
        Tag.form(.field("method", "post"), .action("/jobs/\(status.job.rawValue)/run")) {
            Tag.button(
                .type("submit"), .flag("disabled", if: status.runningHolder != nil),
                .aria("label", "Run \(status.job.rawValue) now")
            ) { "Run now" }
        }
    }

    private func column(
        _ heading: String, _ meaning: String, _ cell: @escaping @Sendable (JobStatus) -> HTML
    ) -> DataTable.Column {
        let statuses = statuses
        return DataTable.Column(heading: heading, unit: nil, meaning: meaning, isNumeric: false) { row in
            cell(statuses[Int(row[0].integer ?? 0)])
        }
    }

    private func time(_ instant: Instant?) -> HTML { instant.map(format.time) ?? CellFormat.nothing }
}

/// The newest runs of all jobs.
struct RunList: Sendable {
    let runs: [JobRun]
    let format: CellFormat

    var html: HTML {
        Tag.section(.id("runs"), .aria("labelledby", "runs-title")) {
            Tag.h2(.id("runs-title")) { "Runs" }
            if runs.isEmpty {
                Tag.p(.class("remark")) { "No job has run yet." }
            } else {
                DataTable(columns: DataTable.columns(Self.definitions, format), rows: runs.map(Self.cells))
                    .html(caption: "The newest runs")
            }
        }
    }

    private static let definitions = [
        ColumnDefinition("job", .text, "the job"), ColumnDefinition("began", .instant, "when it was begun"),
        ColumnDefinition(
            "because", .text, "its schedule, one that was missed and made up, by hand, or a server's start"),
        ColumnDefinition("ended", .text, "how it ended"),
        ColumnDefinition("tries", .integer, unit: .count, "the tries begun"),
        ColumnDefinition("seconds", .decimal, nullable: true, "how long it took"),
        ColumnDefinition("count", .integer, unit: .count, nullable: true, "what the job counts, such as rows"),
        ColumnDefinition("what_went_wrong", .text, nullable: true, "in words"),
    ]

    private static func cells(of run: JobRun) -> [Value] {
        let seconds = run.endedAt.map { end in
            Value.decimal(
                FixedDecimal(
                    units: max(0, end.microsecondsSinceEpoch - run.startedAt.microsecondsSinceEpoch) / 10_000, scale: 2)
            )
        }
        return [
            .text(run.job), .instant(run.startedAt), .text(run.cause.rawValue.replacing("_", with: " ")),
            .text(run.outcome.rawValue), .integer(Int64(run.tryCount)), seconds ?? .null,
            run.rowCount.map(Value.integer) ?? .null, run.errorMessage.map(Value.text) ?? .null,
        ]
    }
}
