/// Writes Prometheus' text format, version 0.0.4.
struct PrometheusText {
    private(set) var bytes: [UInt8] = []

    /// The media type of what is written.
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    init() { bytes.reserveCapacity(64 << 10) }

    /// Writes what a metric is.
    mutating func describe(_ definition: MetricDefinition) {
        add("# HELP ")
        add(definition.name)
        add(" ")
        escape(definition.help, quotes: false)
        add("\n# TYPE ")
        add(definition.name)
        add(" ")
        add(definition.kind.rawValue)
        add("\n")
    }

    /// Writes a sample.
    mutating func sample(
        _ name: String, suffix: String, labels: MetricLabels, extra: (name: String, value: String)?,
        _ value: SampleValue
    ) {
        add(name)
        add(suffix)
        let pairs = labels.pairs.map { ($0.name, $0.value) } + (extra.map { [$0] } ?? [])
        if !pairs.isEmpty {
            add("{")
            for (index, pair) in pairs.enumerated() {
                if index > 0 { add(",") }
                add(pair.0)
                add("=\"")
                escape(pair.1, quotes: true)
                add("\"")
            }
            add("}")
        }
        add(" ")
        add(Self.text(of: value))
        add("\n")
    }

    /// A value as the format spells it.
    static func text(of value: SampleValue) -> String {
        switch value {
        case .integer(let number): return String(number)
        case .double(let number):
            if number.isNaN { return "NaN" }
            if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
            let text = number.description
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }
    }

    /// A name as the format takes them: letters, digits and underscores, no digit first; colons are for rules.
    static func name(_ name: String) -> String {
        let isPlain = { (byte: UInt8) in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        }
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        var bytes = name.utf8.map { isPlain($0) || isDigit($0) ? $0 : UInt8(ascii: "_") }
        if bytes.first.map(isDigit) ?? true { bytes.insert(UInt8(ascii: "_"), at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func escape(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): add("\\\\")
            case UInt8(ascii: "\n"): add("\\n")
            case UInt8(ascii: "\"") where quotes: add("\\\"")
            default: bytes.append(byte)
            }
        }
    }

    private mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }
}

/// The labels of a series, by name.
struct MetricLabels: Hashable, Sendable {
    struct Pair: Hashable, Sendable {
        let name: String
        let value: String
    }

    let pairs: [Pair]

    /// Reads dimensions; of one that is given twice, the last counts.
    init(_ dimensions: [(String, String)]) {
        var values: [String: String] = [:]
        for (name, value) in dimensions { values[PrometheusText.name(name)] = value }
        pairs = values.sorted { $0.key < $1.key }.map { Pair(name: $0.key, value: $0.value) }
    }

    /// The labels of all series that are too many to be told apart.
    var others: MetricLabels { MetricLabels(pairs.map { ($0.name, "other") }) }

    /// Whether this one comes before another one in a listing.
    func precedes(_ other: MetricLabels) -> Bool {
        for (one, another) in zip(pairs, other.pairs) where one != another {
            return (one.name, one.value) < (another.name, another.value)
        }
        return pairs.count < other.pairs.count
    }
}
