// Uploads the chosen files one after the other, in parts, to the console's own route. What is under way lives as long
// as the component is mounted; Streamlit calls the default export again whenever `data` changes.
const RETRIES = 6
const TICKET_WAIT = 30000 // milliseconds the page may take to hand out a new ticket
const zones = new WeakMap()

class Refusal extends Error {
  constructor(status, answer) {
    super([answer.message, answer.hint].filter(Boolean).join(" ") || "The upload failed.")
    this.status = status
    this.offset = (answer.facts || {}).offset
  }
}

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

function identity(file, migration) {
  // Kept for this tab, so that the same file goes on where it stopped, and two tabs do not write into one upload.
  const key = `aura-upload:${migration}:${file.name}:${file.size}:${file.lastModified}`
  let id = sessionStorage.getItem(key)
  const fresh = id === null
  if (fresh) {
    id = Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("")
    sessionStorage.setItem(key, id)
  }
  return { id, fresh, forget: () => sessionStorage.removeItem(key) }
}

function request(zone, item, method, offset, body) {
  const query = new URLSearchParams({
    ticket: zone.data.ticket, name: item.file.name, size: item.file.size, upload: item.identity.id, offset,
  })
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest()
    item.call = call
    call.open(method, `${zone.data.address}?${query}`)
    call.responseType = "json"
    call.upload.onprogress = event => show(zone, item, offset + event.loaded)
    call.upload.onload = () => show(zone, item, offset + (body ? body.size : 0))
    call.onload = () => {
      const answer = call.response || {}
      if (call.status === 200) resolve(answer)
      else reject(new Refusal(call.status, answer))
    }
    call.onerror = () => reject(new Refusal(0, { message: "The connection was lost." }))
    call.onabort = () => reject(new Refusal(-1, {}))
    call.send(body)
  })
}

async function newTicket(zone) {
  const before = zone.data.ticket
  zone.component.setTriggerValue("renew", before.slice(-8))
  for (let waited = 0; zone.data.ticket === before && waited < TICKET_WAIT; waited += 100) await pause(100)
  return zone.data.ticket !== before
}

// The offset to go on from after a failure; throws where going on makes no sense.
async function recovered(zone, item, failure, attempt) {
  if (item.cancelled || failure.status === -1) throw failure
  if (failure.status === 403 && (await newTicket(zone))) return item.offset
  if (failure.status === 409 && failure.offset !== undefined) {
    await pause(300 * attempt)
    return failure.offset
  }
  const passing = failure.status === 0 || failure.status === 408 || failure.status >= 500
  if (!passing || attempt > RETRIES) throw failure
  show(zone, item, item.offset, "Connection lost, trying again")
  await pause(Math.min(500 * 2 ** attempt, 15000))
  try {
    return (await request(zone, item, "GET", 0)).offset
  } catch {
    return item.offset
  }
}

async function send(zone, item) {
  const { file } = item
  let attempt = 0
  item.offset = item.identity.fresh ? 0 : (await request(zone, item, "GET", 0)).offset
  for (;;) {
    try {
      const part = file.slice(item.offset, item.offset + zone.data.part)
      const answer = await request(zone, item, "PUT", item.offset, part)
      item.offset = answer.offset
      attempt = 0
      if (answer.file) return answer.file
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure
      attempt += 1
      item.offset = await recovered(zone, item, failure, attempt)
    }
  }
}

function show(zone, item, sent, note) {
  const percent = item.file.size ? Math.floor((100 * sent) / item.file.size) : 100
  const line = item.line
  line.querySelector("progress").value = percent
  const text = note || (percent >= 100 ? "Uploaded, reading" : `${percent}%`)
  line.querySelector(".state").textContent = text
}

function addLine(zone, item) {
  const line = document.createElement("li")
  const name = Object.assign(document.createElement("span"), { className: "name", textContent: item.file.name })
  const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 })
  bar.setAttribute("aria-label", `Upload of ${item.file.name}`)
  const state = Object.assign(document.createElement("span"), { className: "state", textContent: "Waiting" })
  const cancel = Object.assign(document.createElement("button"), { type: "button", textContent: "Cancel" })
  cancel.setAttribute("aria-label", `Cancel upload of ${item.file.name}`)
  cancel.onclick = () => cancelUpload(zone, item)
  line.append(name, bar, state, cancel)
  zone.list.append(line)
  item.line = line
}

function cancelUpload(zone, item) {
  item.cancelled = true
  if (item.call) item.call.abort()
  if (item.started) request(zone, item, "DELETE", 0).catch(() => {})
  item.identity.forget()
  item.line.remove()
  zone.status.textContent = `Upload of ${item.file.name} cancelled`
}

function fail(zone, item, message) {
  item.line.classList.add("failed")
  item.line.querySelector("progress").remove()
  item.line.querySelector(".state").textContent = message
  const dismiss = item.line.querySelector("button")
  dismiss.textContent = "Dismiss"
  dismiss.setAttribute("aria-label", `Dismiss ${item.file.name}`)
  dismiss.onclick = () => item.line.remove()
  zone.status.textContent = `${item.file.name}: ${message}`
}

async function work(zone) {
  if (zone.working) return
  zone.working = true
  while (zone.queue.length && !zone.gone) {
    const item = zone.queue.shift()
    if (item.cancelled) continue
    item.started = true
    zone.current = item
    try {
      await send(zone, item)
      item.identity.forget()
      item.line.remove()
      zone.status.textContent = `${item.file.name} uploaded`
      zone.component.setTriggerValue("added", item.file.name)
    } catch (failure) {
      if (item.cancelled || zone.gone) {
        zone.current = null
        continue
      }
      item.identity.forget()
      fail(zone, item, failure.message)
    }
    zone.current = null
  }
  zone.working = false
}

function take(zone, files) {
  for (const file of files) {
    const item = { file, identity: identity(file, zone.data.migration), offset: 0 }
    addLine(zone, item)
    if (file.size > zone.data.limit) {
      item.identity.forget()
      fail(zone, item, `This file is larger than ${zone.data.limitText}. Split the export by date or location.`)
    } else zone.queue.push(item)
  }
  work(zone)
}

export default function (component) {
  const { data, parentElement } = component
  let zone = zones.get(parentElement)
  if (!zone) {
    zone = {
      queue: [], list: parentElement.querySelector(".uploads"), status: parentElement.querySelector(".status"),
    }
    zones.set(parentElement, zone)
  }
  zone.data = data
  zone.component = component
  zone.gone = false
  parentElement.querySelector(".limit").textContent = `Up to ${data.limitText} each`
  const area = parentElement.querySelector(".zone")
  const input = parentElement.querySelector("input")
  parentElement.querySelector(".browse").onclick = () => input.click()
  input.onchange = () => {
    take(zone, Array.from(input.files))
    input.value = ""
  }
  area.ondragover = event => {
    event.preventDefault()
    area.classList.add("over")
  }
  area.ondragleave = () => area.classList.remove("over")
  area.ondrop = event => {
    event.preventDefault()
    area.classList.remove("over")
    take(zone, Array.from(event.dataTransfer.files))
  }
  return () => {
    zone.gone = true
    if (zone.current) zone.current.call.abort() // what has arrived stays; the same file goes on from it
  }
}
