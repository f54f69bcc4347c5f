import RollbookModel
import Tracing

/// Writes spans as OpenTelemetry's protocol has them in JSON: one object with all spans of a batch on each line, as the
/// collector's `otlpjsonfile` receiver reads them.
enum OTLPLines {
    /// A line.
    static func line(_ spans: [RecordedSpan.Content], resource: [(String, String)]) -> [UInt8] {
        var writer = JSONWriter(capacity: 256 + spans.count * 512)
        writer.object { writer in
            writer.nested("resourceSpans") { writer in
                writer.key("resource")
                writer.object { writer in
                    attributes(resource.map { ($0.0, .string($0.1)) }, &writer)
                }
                writer.nested("scopeSpans") { writer in
                    writer.key("scope")
                    writer.object { $0.member("name", .text("rollbook")) }
                    writer.key("spans")
                    writer.array { writer in for content in spans { span(content, &writer) } }
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func span(_ span: RecordedSpan.Content, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("traceId", .text(span.trace.traceText))
            writer.member("spanId", .text(span.trace.spanText))
            if let parent = span.parent {
                let context = TraceContext(traceID: span.trace.traceID, spanID: parent, isSampled: true)
                writer.member("parentSpanId", .text(context.spanText))
            }
            if let state = span.trace.state { writer.member("traceState", .text(state)) }
            writer.member("flags", .integer(1))
            writer.member("name", .text(span.name))
            writer.member("kind", .integer(number(of: span.kind)))
            writer.member("startTimeUnixNano", .text(String(span.start)))
            writer.member("endTimeUnixNano", .text(String(span.end)))
            attributes(pairs(span.attributes), &writer)
            writer.key("events")
            writer.array { writer in for event in span.events { self.event(event, &writer) } }
            writer.key("links")
            writer.array { writer in
                for link in span.links.compactMap(\.context.trace) {
                    writer.object { writer in
                        writer.member("traceId", .text(link.traceText))
                        writer.member("spanId", .text(link.spanText))
                    }
                }
            }
            writer.key("status")
            writer.object { if let status = span.status { $0.member("code", .integer(status.code == .ok ? 1 : 2)) } }
        }
    }

    private static func event(_ event: SpanEvent, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("timeUnixNano", .text(String(event.nanosecondsSinceEpoch)))
            writer.member("name", .text(event.name))
            attributes(pairs(event.attributes), &writer)
        }
    }

    private static func attributes(_ pairs: [(String, SpanAttribute)], _ writer: inout JSONWriter) {
        writer.key("attributes")
        writer.array { writer in
            for (key, attribute) in pairs {
                writer.object { writer in
                    writer.member("key", .text(key))
                    writer.key("value")
                    writer.object { value(of: attribute, &$0) }
                }
            }
        }
    }

    private static func value(of attribute: SpanAttribute, _ writer: inout JSONWriter) {
        switch attribute {
        case .string(let text): writer.member("stringValue", .text(text))
        case .bool(let flag): writer.member("boolValue", .boolean(flag))
        case .double(let number) where number.isFinite: writer.member("doubleValue", .double(number))
        // Whole numbers stand in texts: JSON's own are not exact beyond 53 bits.
        case .int64(let number): writer.member("intValue", .text(String(number)))
        case .int32(let number): writer.member("intValue", .text(String(number)))
        default: writer.member("stringValue", .text(String(describing: attribute)))
        }
    }

    private static func pairs(_ attributes: SpanAttributes) -> [(String, SpanAttribute)] {
        var pairs: [(String, SpanAttribute)] = []
        attributes.forEach { pairs.append(($0, $1)) }
        return pairs.sorted { $0.0 < $1.0 }
    }

    private static func number(of kind: SpanKind) -> Int64 {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}

extension JSONWriter {
    /// Writes a member that is a list of one object.
    fileprivate mutating func nested(_ name: String, _ members: (inout JSONWriter) -> Void) {
        key(name)
        array { $0.object(members) }
    }
}
