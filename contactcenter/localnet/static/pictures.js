// Pictures to attach: chosen files made small enough for an MMS, and drawn samples.

const LONGEST = 1600;
const LARGE = 1_200_000;

export async function fromFile(file) {
  if (file.size <= LARGE) return file;
  const image = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = sheet(Math.round(image.width * scale), Math.round(image.height * scale));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return blob(canvas, "image/jpeg");
}

export async function sample(name) {
  const canvas = sheet(960, 720);
  const pen = canvas.getContext("2d");
  if (name === "cable") drawCable(pen);
  else drawMeter(pen);
  return blob(canvas, "image/jpeg");
}

export async function base64(data) {
  const bytes = new Uint8Array(await data.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

function sheet(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

function blob(canvas, type) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((made) => (made ? resolve(made) : reject(new Error("no picture"))), type, 0.86);
  });
}

function fill(pen, color, points) {
  pen.fillStyle = color;
  pen.beginPath();
  points.forEach(([x, y]) => pen.lineTo(x, y));
  pen.fill();
}

function line(pen, color, width, draw) {
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.lineCap = "round";
  pen.beginPath();
  draw();
  pen.stroke();
}

function drawCable(pen) {
  const sky = pen.createLinearGradient(0, 0, 0, 520);
  sky.addColorStop(0, "#1b2540");
  sky.addColorStop(0.7, "#4b5a7d");
  sky.addColorStop(1, "#c98d5d");
  pen.fillStyle = sky;
  pen.fillRect(0, 0, 960, 720);
  for (const [x, y, w, h] of [[0, 330, 190, 220], [170, 380, 150, 170], [640, 350, 170, 200], [790, 300, 170, 250]]) {
    pen.fillStyle = "#262c3d";
    pen.fillRect(x, y, w, h);
    pen.fillStyle = "#3a4258";
    for (let row = 0; row < 3; row++) for (let col = 0; col < 3; col++) pen.fillRect(x + 20 + col * 48, y + 24 + row * 56, 22, 30);
  }
  fill(pen, "#343a44", [[0, 520], [960, 520], [960, 720], [0, 720]]);
  fill(pen, "#55503f", [[0, 520], [960, 520], [960, 545], [0, 545]]);
  for (let x = -40; x < 960; x += 190) fill(pen, "#d8cfa6", [[x, 640], [x + 90, 640], [x + 74, 654], [x - 16, 654]]);
  pen.save();
  pen.translate(330, 560);
  pen.rotate(0.16);
  pen.fillStyle = "#5a4632";
  pen.fillRect(-11, -470, 22, 480);
  pen.fillRect(-95, -430, 190, 16);
  pen.fillStyle = "#cdd6df";
  for (const x of [-84, -34, 34, 84]) pen.fillRect(x - 6, -448, 12, 20);
  pen.restore();
  line(pen, "#0d0f14", 5, () => { pen.moveTo(0, 110); pen.quadraticCurveTo(160, 220, 316, 122); });
  line(pen, "#0d0f14", 5, () => { pen.moveTo(478, 150); pen.bezierCurveTo(560, 420, 520, 610, 700, 612); pen.bezierCurveTo(800, 612, 790, 560, 880, 584); });
  const glow = pen.createRadialGradient(880, 584, 4, 880, 584, 120);
  glow.addColorStop(0, "rgba(255,244,190,.95)");
  glow.addColorStop(1, "rgba(255,170,40,0)");
  pen.fillStyle = glow;
  pen.fillRect(740, 444, 220, 276);
  for (let n = 0; n < 14; n++) {
    const turn = n * 0.63;
    line(pen, "#fff0b5", 3, () => {
      pen.moveTo(880 + Math.cos(turn) * 12, 584 + Math.sin(turn) * 12);
      pen.lineTo(880 + Math.cos(turn) * (34 + (n % 4) * 14), 584 + Math.sin(turn) * (34 + (n % 3) * 16));
    });
  }
}

function drawMeter(pen) {
  pen.fillStyle = "#b9a58c";
  pen.fillRect(0, 0, 960, 720);
  for (let row = 0; row < 10; row++) {
    for (let col = -1; col < 8; col++) {
      pen.fillStyle = (row * 7 + col * 3) % 4 ? "#a45c40" : "#8f4c35";
      pen.fillRect(col * 140 + (row % 2) * 70 + 4, row * 76 + 4, 132, 68);
    }
  }
  pen.fillStyle = "#dfe3e6";
  pen.beginPath();
  pen.roundRect(250, 60, 460, 600, 34);
  pen.fill();
  pen.fillStyle = "#f7f9fa";
  pen.beginPath();
  pen.arc(480, 300, 196, 0, Math.PI * 2);
  pen.fill();
  line(pen, "#98a2ab", 10, () => pen.arc(480, 300, 196, 0, Math.PI * 2));
  pen.fillStyle = "#20262c";
  pen.fillRect(352, 246, 256, 72);
  pen.fillStyle = "#f2f4f5";
  pen.font = "600 52px ui-monospace, monospace";
  pen.textAlign = "center";
  pen.fillText("048317", 480, 300);
  pen.fillStyle = "#4b555e";
  pen.font = "500 28px system-ui, sans-serif";
  pen.fillText("kWh", 480, 362);
  pen.font = "500 24px system-ui, sans-serif";
  pen.fillText("230 V   50 Hz", 480, 412);
  pen.fillStyle = "#c43c2f";
  pen.fillRect(400, 206, 160, 10);
  pen.fillStyle = "#6f7a83";
  pen.fillText("N.º 4401873", 480, 580);
}
