public import Tracing

/// Which trace and span something belongs to, as W3C's Trace Context carries it between programs.
public struct TraceContext: Hashable, Sendable {
    /// The trace, in two halves; not all zero.
    public let traceID: (high: UInt64, low: UInt64)
    /// The span; not zero.
    public let spanID: UInt64
    /// Whether whoever began the trace wants it recorded.
    public let isSampled: Bool
    /// What other systems passed along (`tracestate`), to be passed on as it is.
    public let state: String?

    /// Makes a context.
    public init(traceID: (high: UInt64, low: UInt64), spanID: UInt64, isSampled: Bool, state: String? = nil) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
        self.state = state
    }

    /// The trace's id in 32 hexadecimal digits.
    public var traceText: String { Self.hex(traceID.high) + Self.hex(traceID.low) }
    /// The span's id in 16 hexadecimal digits.
    public var spanText: String { Self.hex(spanID) }
    /// The header `traceparent`.
    public var traceparent: String { "00-\(traceText)-\(spanText)-\(isSampled ? "01" : "00")" }

    /// Whether both name the same span of the same trace, and pass on the same.
    public static func == (one: TraceContext, other: TraceContext) -> Bool {
        one.traceID == other.traceID && one.spanID == other.spanID && one.isSampled == other.isSampled
            && one.state == other.state
    }

    /// Adds what tells contexts apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(traceID.high)
        hasher.combine(traceID.low)
        hasher.combine(spanID)
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension TraceContext {
    /// Reads the headers; nil where `traceparent` is not well-formed, as if it had not been sent. A `tracestate` that is not
    /// well-formed, or longer than anybody has to pass on, is left out.
    public init?(traceparent: String?, tracestate: String? = nil) {
        guard let traceparent else { return nil }
        let bytes = Array(traceparent.utf8)
        guard bytes.count >= 55, let version = Self.number(bytes[0..<2]), version != 0xFF, bytes[2] == Self.dash,
            let high = Self.number(bytes[3..<19]), let low = Self.number(bytes[19..<35]), bytes[35] == Self.dash,
            let span = Self.number(bytes[36..<52]), bytes[52] == Self.dash, let flags = Self.number(bytes[53..<55])
        else { return nil }
        // A newer version may have more after another dash; this one has not.
        guard bytes.count == 55 || (version > 0 && bytes[55] == Self.dash) else { return nil }
        guard high != 0 || low != 0, span != 0 else { return nil }
        self.init(
            traceID: (high, low), spanID: span, isSampled: flags & 1 == 1, state: tracestate.flatMap(Self.checked))
    }

    private static let dash = UInt8(ascii: "-")

    /// The number that lower-case hexadecimal digits write.
    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return number
    }

    /// A list of at most 32 members `key=value` in printable ASCII, at most 512 bytes long; nil where it is none.
    private static func checked(_ state: String) -> String? {
        guard !state.isEmpty, state.utf8.count <= 512, state.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 9 })
        else { return nil }
        let members = state.utf8.split(separator: UInt8(ascii: ",")).filter { $0.contains { $0 != 0x20 && $0 != 9 } }
        guard (1...32).contains(members.count),
            members.allSatisfy({ member in
                let equals = member.firstIndex(of: UInt8(ascii: "="))
                return equals != nil && equals != member.startIndex
            })
        else { return nil }
        return state
    }
}

/// Where a task's context of a trace stands.
private enum TraceContextKey: ServiceContextKey {
    typealias Value = TraceContext
    static var nameOverride: String? { "rollbook-trace" }
}

extension ServiceContext {
    /// Which trace and span the task works on.
    public var trace: TraceContext? {
        get { self[TraceContextKey.self] }
        set { self[TraceContextKey.self] = newValue }
    }
}
