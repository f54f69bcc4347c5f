import Rollbook

/// The form by which a reader chooses instant, dates and definitions; its fields come from the reports' declarations.
struct ChoiceForm: Sendable {
    let request: PageRequest
    let reports: [PageReport]
    /// The records to pick from, by table; a table with too many to list is left out.
    var entries: [RecordTable: [RecordDirectory.Entry]] = [:]
    /// A field of the page's own, such as a search, before the others.
    var leading: HTML = .empty

    var html: HTML {
        Tag.form(.class("choices"), .action("/" + request.path.joined(separator: "/")), .field("method", "get")) {
            Tag.div(.class("fields")) {
                leading
                asOfField
                for parameter in parameters { field(for: parameter) }
            }
            definitions
            Tag.div(.class("actions")) {
                Tag.button(.type("submit")) { "Show" }
                if !request.choices.isEmpty { Tag.a(.href(PageLink(path: request.path))) { "Reset" } }
            }
        }
    }

    /// Each parameter once, though several reports have it.
    private var parameters: [ParameterDefinition] {
        var found: [ParameterDefinition] = []
        for parameter in reports.flatMap(\.sharedParameters) where !found.contains(where: { $0.name == parameter.name })
        {
            found.append(parameter)
        }
        return found
    }

    private var asOfField: HTML {
        let shown = request.isPresent ? "" : String(request.asOf.description.prefix(19))
        return Self.field("as_of", label: "As of (UTC)", help: "the instant for which the page holds; empty: now") {
            help in
            VoidTag.input(
                .type("datetime-local"), .id("field-as_of"), .name("as_of"), .value(shown), .field("step", "1"),
                .field("min", "1900-01-01T00:00:00"), .field("max", "2199-12-31T23:59:59"), help)
        }
    }

    private func field(for parameter: ParameterDefinition) -> HTML {
        let chosen = request.choices[parameter.name] ?? ""
        let id = Attribute.id("field-\(parameter.name)")
        let name = Attribute.name(parameter.name)
        return Self.field(
            parameter.name, label: CellFormat.words(parameter.name), help: help(for: parameter)
        ) { help in
            switch parameter.kind {
            case .integer(let range):
                VoidTag.input(
                    .type("number"), id, name, .value(chosen), .field("min", String(range.lowerBound)),
                    .field("max", String(range.upperBound)),
                    .placeholder(standards(of: parameter).joined(separator: " or ")),
                    help)
            case .period:
                options(
                    id, name, help,
                    [("", standardOption(of: parameter))] + Period.allCases.map { ($0.rawValue, $0.rawValue) }, chosen)
            case .identifier(let table):
                picker(id, name, help, table, parameter, chosen)
            case .limit:
                HTML.empty
            }
        }
    }

    private func picker(
        _ id: Attribute, _ name: Attribute, _ help: Attribute, _ table: RecordTable, _ parameter: ParameterDefinition,
        _ chosen: String
    ) -> HTML {
        guard let entries = entries[table] else {
            return VoidTag.input(
                .type("text"), id, name, .value(chosen),
                .placeholder(standards(of: parameter).joined(separator: " or ")), help)
        }
        let standard = reports.lazy.compactMap { $0.standards[parameter.name] }.first
        let listed = entries.map { (String($0.id), $0.label) }
        let all = [("all", "all \(table.rawValue)")]
        // An id from the source is a choice too, though the list does not name records so.
        let other = chosen.isEmpty || (all + listed).contains { $0.0 == chosen } ? [] : [(chosen, chosen)]
        return options(id, name, help, all + listed + other, chosen.isEmpty ? standard ?? "all" : chosen)
    }

    private func options(
        _ id: Attribute, _ name: Attribute, _ help: Attribute, _ options: [(value: String, label: String)],
        _ chosen: String
    ) -> HTML {
        Tag.select(id, name, help) {
            for option in options {
                Tag.option(.value(option.value), .flag("selected", if: option.value == chosen)) { option.label }
            }
        }
    }

    /// The policy's settings, folded away.
    private var definitions: HTML {
        let current = Dictionary(uniqueKeysWithValues: request.policy.values.map { ($0.name, $0.value) })
        return Tag.details(.class("definitions")) {
            Tag.summary { "Definitions" }
            Tag.div(.class("fields")) {
                for setting in Policy.settings {
                    Self.field(
                        setting.name, label: CellFormat.words(setting.name),
                        help: "\(setting.meaning); \(setting.expectation)"
                    ) { help in
                        VoidTag.input(
                            .type("text"), .id("field-\(setting.name)"), .name(setting.name),
                            .value(request.choices[setting.name] ?? ""), .field("autocomplete", "off"),
                            .placeholder(Self.written(current[setting.name] ?? .null)), help)
                    }
                }
            }
        }
    }

    static func field(_ name: String, label: String, help: String, control: (Attribute) -> HTML) -> HTML {
        Tag.div(.class("field")) {
            Tag.label(.label(for: "field-\(name)")) { label }
            control(.aria("describedby", "help-\(name)"))
            Tag.small(.id("help-\(name)")) { help }
        }
    }

    private func help(for parameter: ParameterDefinition) -> String {
        if case .integer(let range) = parameter.kind {
            return
                "\(parameter.help); \(CellFormat.grouped(Int64(range.lowerBound))) to \(CellFormat.grouped(Int64(range.upperBound)))"
        }
        return parameter.help
    }

    private func standardOption(of parameter: ParameterDefinition) -> String {
        "default (\(standards(of: parameter).joined(separator: " or ")))"
    }

    /// The defaults of all reports that have the parameter.
    private func standards(of parameter: ParameterDefinition) -> [String] {
        var texts: [String] = []
        for report in reports {
            for own in report.sharedParameters where own.name == parameter.name {
                let text = report.standards[own.name] ?? own.standardText ?? ""
                if !texts.contains(text) { texts.append(text) }
            }
        }
        return texts
    }

    private static func written(_ value: Value) -> String {
        switch value {
        case .decimal(let number): number.description
        case .integer(let number): String(number)
        case .boolean(let flag): flag ? "true" : "false"
        default: value.text ?? ""
        }
    }
}
