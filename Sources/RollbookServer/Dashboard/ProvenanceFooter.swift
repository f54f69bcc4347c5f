import Rollbook

/// Where a page's numbers come from.
struct ProvenanceFooter: Sendable {
    let reading: PageReading

    private var request: PageRequest { reading.request }
    private var status: WarehouseStatus { reading.status }
    private var format: CellFormat { CellFormat(zone: request.policy.timeZone) }

    /// The gist, under a page's title.
    var line: HTML {
        Tag.p(.class("asof")) {
            Tag.span {
                "As of "
                format.time(request.asOf)
                " \(request.policy.timeZone)"
            }
            Tag.span { "Data version \(status.state.dataVersion)" }
            Tag.span {
                "Newest record "
                age(of: status.state.dataAsOf, otherwise: "none")
            }
        }
    }

    /// All of it.
    var html: HTML {
        Tag.footer(.class("provenance"), .aria("label", "Where the numbers come from")) {
            Tag.h2 { "Where the numbers come from" }
            Tag.dl(.class("facts")) {
                fact("As of", instant(request.asOf, note: request.isPresent ? "now" : "chosen"))
                fact("Data version", .text(String(status.state.dataVersion)))
                fact(
                    "Data as of",
                    status.state.dataAsOf.map { instant($0, note: CellFormat.age(of: $0, at: request.now)) }
                        ?? .text("no records"))
                fact("Views", views)
                fact("Time zone", .text("\(request.policy.timeZone): all times and dates on this page"))
                for (name, value) in request.policy.values where name != "time_zone" {
                    fact(CellFormat.words(name), policyValue(value))
                }
            }
            if !reading.answers.isEmpty { answers }
        }
    }

    /// When the views were filled; said plainly where they never were.
    private var views: HTML {
        guard let refreshed = reading.viewsRefreshedAt else { return .text("views never refreshed") }
        let asOf = status.views.compactMap(\.asOf).min()
        return .joined([
            .text("refreshed "), instant(refreshed, note: CellFormat.age(of: refreshed, at: request.now)),
            asOf.map { .joined([.text(", as of "), format.time($0)]) } ?? .empty,
        ])
    }

    /// Each report and view with its parameters as understood.
    private var answers: HTML {
        let ordered = reading.answers.values.sorted { $0.provenance.report < $1.provenance.report }
        return Tag.details {
            Tag.summary { "Each report's parameters, rows and time" }
            DataTable(columns: Self.columns(format), rows: ordered.map(cells)).html(
                caption: "Reports and views of this page")
            Tag.ul(.class("sources")) {
                for report in reading.reports {
                    if let link = try? report.source(for: request) {
                        Tag.li { Tag.a(.href(link)) { "\(report.definition.title) as JSON" } }
                    }
                }
            }
        }
    }

    private func cells(of answer: Answer) -> [Value] {
        let provenance = answer.provenance
        let parameters = provenance.parameters.map { "\($0.name)=\(Self.printed($0.value))" }.joined(separator: ", ")
        return [
            .text(provenance.report), .text(parameters), .integer(Int64(answer.table.rows.count)),
            .integer(answer.totalCount), .instant(provenance.asOf), .integer(provenance.dataVersion),
            .instant(provenance.generatedAt), .text(Self.server(provenance)),
            .decimal(
                FixedDecimal(units: Int64((provenance.executionTimeMilliseconds * 100).rounded()), scale: 2)),
        ]
    }

    /// Who answered, and how far behind it was where it was a replica.
    private static func server(_ provenance: Provenance) -> String {
        provenance.replicaLagSeconds.map { "\(provenance.servedBy), \(($0 * 10).rounded() / 10) s behind" }
            ?? provenance.servedBy
    }

    private static func columns(_ format: CellFormat) -> [DataTable.Column] {
        let definitions = [
            ColumnDefinition("report", .text, "the report or view"),
            ColumnDefinition("parameters", .text, "as understood, with defaults filled in"),
            ColumnDefinition("rows", .integer, unit: .count, "rows on this page"),
            ColumnDefinition("of", .integer, unit: .count, "rows in all"),
            ColumnDefinition("as_of", .instant, "the instant for which the rows hold"),
            ColumnDefinition("data_version", .integer, "the version of the records and views that were read"),
            ColumnDefinition("generated_at", .instant, "when the rows were computed"),
            ColumnDefinition("served_by", .text, "the engine that answered"),
            ColumnDefinition("milliseconds", .decimal, "how long it took"),
        ]
        return DataTable.columns(definitions, format)
    }

    private func fact(_ name: String, _ value: HTML) -> HTML {
        Tag.div {
            Tag.dt { name }
            Tag.dd { value }
        }
    }

    private func instant(_ instant: Instant, note: String) -> HTML {
        .joined([format.time(instant), .text(" (\(note))")])
    }

    private func age(of instant: Instant?, otherwise: String) -> HTML {
        .text(instant.map { CellFormat.age(of: $0, at: request.now) } ?? otherwise)
    }

    private func policyValue(_ value: Value) -> HTML {
        if case .decimal(let number) = value { return .text(number.description) }
        return format.cell(value, of: ColumnDefinition("policy", .text, ""))
    }

    private static func printed(_ value: Value) -> String {
        value.text ?? value.integer.map { String($0) } ?? ""
    }
}
