/// The elements that pages are made of.
enum Tag: String, Sendable {
    case a, abbr, bdi, body, button, caption, dd, details, div, dl, dt, fieldset, figcaption, figure, footer, form, h1,
        h2
    case h3, head, header, html, label, legend, li, main, nav, noscript, option, p, script, section, select, small, span
    case strong, summary, table, tbody, td, th, thead, time, title, tr, ul

    /// The element with its content.
    func callAsFunction(_ attributes: Attribute?..., @HTMLBuilder content: () -> HTML) -> HTML {
        .element(rawValue, attributes.compactMap { $0 }, content())
    }

    /// The element without content.
    func callAsFunction(_ attributes: Attribute?...) -> HTML {
        .element(rawValue, attributes.compactMap { $0 }, .empty)
    }
}

/// The elements that can have no content.
enum VoidTag: String, Sendable {
    case input, link, meta

    func callAsFunction(_ attributes: Attribute?...) -> HTML {
        .element(rawValue, attributes.compactMap { $0 }, nil)
    }
}

/// An attribute of an element; its value is escaped.
struct Attribute: Sendable {
    private let name: String
    private let value: String?

    fileprivate init(_ name: String, _ value: String?) {
        self.name = name
        self.value = value
    }

    /// As it stands in the element, with a blank before it.
    var source: String { value.map { " \(name)=\"\(HTML.escaped($0))\"" } ?? " \(name)" }

    static func `class`(_ names: String) -> Attribute { Attribute("class", names) }
    static func id(_ id: String) -> Attribute { Attribute("id", id) }
    static func href(_ link: PageLink) -> Attribute { Attribute("href", link.description) }
    static func fragment(_ id: String) -> Attribute { Attribute("href", "#" + id) }
    static func action(_ path: String) -> Attribute { Attribute("action", PageLink(path).description) }
    static func src(_ path: String) -> Attribute { Attribute("src", path) }
    static func type(_ type: String) -> Attribute { Attribute("type", type) }
    static func name(_ name: String) -> Attribute { Attribute("name", name) }
    static func value(_ value: String) -> Attribute { Attribute("value", value) }
    static func content(_ content: String) -> Attribute { Attribute("content", content) }
    static func title(_ title: String) -> Attribute { Attribute("title", title) }
    static func role(_ role: String) -> Attribute { Attribute("role", role) }
    static func rel(_ relation: String) -> Attribute { Attribute("rel", relation) }
    static func lang(_ language: String) -> Attribute { Attribute("lang", language) }
    static func label(for id: String) -> Attribute { Attribute("for", id) }
    static func scope(_ scope: String) -> Attribute { Attribute("scope", scope) }
    static func datetime(_ instant: String) -> Attribute { Attribute("datetime", instant) }
    static func placeholder(_ text: String) -> Attribute { Attribute("placeholder", text) }
    static func tabindex(_ index: Int) -> Attribute { Attribute("tabindex", String(index)) }
    static func aria(_ name: String, _ value: String) -> Attribute { Attribute("aria-\(name)", value) }
    static func data(_ name: String, _ value: String) -> Attribute { Attribute("data-\(name)", value) }
    /// An attribute of a form's field: `min`, `max`, `step`, `method`, `autocomplete`, `inputmode`.
    static func field(_ name: String, _ value: String) -> Attribute { Attribute(name, value) }
    /// An attribute that is there or not: `selected`, `open`, `defer`, `hidden`.
    static func flag(_ name: String, if holds: Bool = true) -> Attribute? { holds ? Attribute(name, nil) : nil }
}
