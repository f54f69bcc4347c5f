import Rollbook

/// A chart: its data travel in the page, and a table beside it holds the same numbers.
struct Chart: Sendable {
    /// One line or set of bars.
    struct Series: Sendable {
        enum Shape: String, Sendable {
            case bars, line
            /// A line without points, drawn thin: a bound or a mark.
            case mark
            /// A line from which the area to the series before it is filled.
            case band
        }

        let label: String
        let shape: Shape
        let values: [Value]
        /// Which colour of the palette, from 1; the same thing has the same one in every chart.
        let colour: Int
    }

    /// The chart's name in the page.
    let id: String
    /// What it shows, in a few words.
    let title: String
    /// What stands along the category axis.
    let categoryTitle: String
    /// The categories' names; each may have several lines.
    let categories: [String]
    /// What the numbers are, with their unit.
    let valueTitle: String
    /// The most the value axis shows, where it has a natural end.
    var valueLimit: Int64?
    var series: [Series]
    /// Whether categories stand below each other, for names that need room.
    var isHorizontal = false
    var isStacked = false

    /// The chart and the table that says the same.
    func html(table: HTML, library: ChartLibrary?) -> HTML {
        Tag.figure(.class("chart")) {
            Tag.figcaption { title }
            if library != nil {
                Tag.div(
                    .class(isHorizontal ? "plot plot-\(min(categories.count, 20))" : "plot"), .data("chart", id),
                    .role("img"),
                    .aria("label", "\(title). The table below holds the same numbers."))
                HTML.data(json: json, id: id)
                Tag.noscript { Tag.p(.class("remark")) { "Charts need JavaScript. The table holds the same numbers." } }
            } else {
                Tag.p(.class("remark")) {
                    "Charts need the Debian package \(ChartLibrary.debianPackage) on the server. The table holds the same numbers."
                }
            }
            Tag.details(.class("numbers"), .flag("open", if: library == nil)) {
                Tag.summary { "The numbers as a table" }
                table
            }
        }
    }

    private var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { chart in
            chart.member("categoryTitle", .text(categoryTitle))
            chart.key("categories")
            chart.array { for category in categories { $0.value(.text(category)) } }
            chart.member("valueTitle", .text(valueTitle))
            chart.member("valueLimit", valueLimit.map(Value.integer) ?? .null)
            chart.member("isHorizontal", .boolean(isHorizontal))
            chart.member("isStacked", .boolean(isStacked))
            chart.key("series")
            chart.array { list in
                for series in series {
                    list.object { one in
                        one.member("label", .text(series.label))
                        one.member("shape", .text(series.shape.rawValue))
                        one.member("colour", .integer(Int64(series.colour)))
                        one.key("values")
                        one.array { for value in series.values { $0.value(value) } }
                    }
                }
            }
        }
        return writer.bytes
    }
}

/// The columns of an answer by name, for charts.
struct AnswerColumns: Sendable {
    let table: AnswerTable

    /// The cells of a column; none where the report has no such column.
    subscript(name: String) -> [Value] {
        guard let index = table.columns.firstIndex(where: { $0.name == name }) else { return [] }
        return table.rows.map { $0[index] }
    }

    /// What a column means, or its name where the report has none such.
    func meaning(of name: String) -> String { table.columns.first { $0.name == name }?.meaning ?? name }
}

/// A time axis with every period of the window, so that a gap in the records is a gap in the chart.
struct PeriodAxis: Sendable {
    let periods: [CalendarDate]
    let by: Period

    /// The periods of an answer's window; where its rows were cut, only as far as they go.
    init(of answer: Answer) {
        let arguments = answer.provenance.parameters
        let by = arguments.first { $0.name == "by" }?.value.text.flatMap(Period.init(rawValue:)) ?? .day
        let days = arguments.first { $0.name == "days" }?.value.integer.map { Int($0) }
        let window = TimeWindow(days: days, asOf: answer.provenance.asOf, zone: answer.provenance.policy.timeZone)
        let shown = AnswerColumns(table: answer.table)["period"].compactMap(\.date)
        let first = answer.offset > 0 ? shown.first : window.firstDate ?? shown.first
        let last = Int64(shown.count) + answer.offset < answer.totalCount ? shown.last : window.lastDate
        var periods: [CalendarDate] = []
        if let first, let last {
            var next = by.start(containing: first)
            while next <= last {
                periods.append(next)
                next = Self.after(next, by)
            }
        }
        self.periods = periods
        self.by = by
    }

    /// What the axis is called.
    var title: String { by == .day ? "day" : "\(by.rawValue) beginning" }

    /// A column's cells, one for each period; `missing` where a period has no row.
    func values(_ name: String, of answer: Answer, missing: Value) -> [Value] {
        let columns = AnswerColumns(table: answer.table)
        let cells = Dictionary(zip(columns["period"], columns[name]), uniquingKeysWith: { first, _ in first })
        return periods.map { cells[.date($0)] ?? missing }
    }

    private static func after(_ date: CalendarDate, _ by: Period) -> CalendarDate {
        switch by {
        case .day: date.adding(days: 1)
        case .week: date.adding(days: 7)
        case .month: date.adding(days: 31).firstOfMonth
        }
    }
}
